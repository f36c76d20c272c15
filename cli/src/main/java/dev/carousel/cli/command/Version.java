package dev.carousel.cli.command;

import dev.carousel.kernel.Kernels;
import dev.carousel.model.Provenance.Software;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "carousel " + Software.carouselVersion(),
            "Java " + Runtime.version() + " (" + System.getProperty("java.vm.name") + "), kernels: "
                    + Kernels.best().name()
        };
    }
}
