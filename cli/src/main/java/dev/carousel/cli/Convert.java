package dev.carousel.cli;

import dev.carousel.cli.command.ExitCode;
import dev.carousel.cli.command.Figures;
import dev.carousel.cli.command.ImportChoices;
import dev.carousel.cli.command.NetworkSummary;
import dev.carousel.cli.command.OutputFile;
import dev.carousel.cli.command.Subcommand;
import dev.carousel.cli.console.Console;
import dev.carousel.cli.console.Format;
import dev.carousel.interop.ModelFiles;
import dev.carousel.interop.ModelFormat;
import dev.carousel.model.Model;
import dev.carousel.network.Network;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code carousel convert}: a model from one program's file to another's. */
@Command(
        name = "convert",
        header = "Read a model of PyTorch, ONNX or Keras, and write it for another.",
        description = {
            "The file extensions decide the formats:",
            "",
            "  .safetensors          Carousel's model file, or weights of PyTorch;",
            "                        written: Carousel's, which PyTorch loads too",
            "  .pt .pth .bin .ckpt   weights of PyTorch, as written by",
            "                        torch.save(model.state_dict(), file)",
            "  .onnx                 ONNX",
            "  .keras .h5            Keras; read only",
            "",
            "A file of weights does not hold everything; what it lacks is asked for, with the reason. A model file's task"
                    + " (what carousel predict and evaluate go by) and its provenance are kept where the new file is"
                    + " Carousel's too, and are dropped elsewhere."
        },
        footer = {
            "  carousel convert model.pt model.safetensors",
            "  carousel convert model.pt model.safetensors --modules lstm,fc1,relu,fc2",
            "  carousel convert model.safetensors model.pt --to pytorch"
        })
final class Convert extends Subcommand {

    @Parameters(index = "0", paramLabel = "IN", description = "The model to read.")
    Path in = Path.of("");

    @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
    Path out = Path.of("");

    @Option(
            order = -80,
            names = "--to",
            paramLabel = "FORMAT",
            description = "The format to write, if the extension does not say: carousel, pytorch, onnx.")
    Optional<String> to = Optional.empty();

    @Mixin
    ImportChoices choices = new ImportChoices();

    Convert(Console console) {
        super(console);
    }

    @Override
    public int run(Figures figures) {
        OutputFile.require(this, out, "OUT", in);
        ModelFormat target = to.map(ModelFiles::named).orElseGet(() -> ModelFiles.formatFor(out));
        ModelFormat source = choices.format(in);
        Optional<Model> whole = source.model(in);
        whole.ifPresent(model -> choices.noteUnread(this, source));
        Network network = whole.map(Model::network).orElseGet(() -> source.read(in, choices.options(this, source)));
        whole.ifPresentOrElse(model -> target.write(model, out), () -> target.write(network, out));
        console.line((in + " (" + source.name() + "): " + NetworkSummary.network(network.spec()) + ", "
                        + Format.count(network.parameters().size()) + " parameters")
                .replaceAll("\\p{Cc}", "?"));
        console.line((out + " (" + target.name() + ") written").replaceAll("\\p{Cc}", "?"));
        whole.filter(model -> target != source && !model.task().kind().equals(ModelFiles.NETWORK_TASK))
                .ifPresent(model -> note(("note: " + out + " holds the network alone: " + target.name()
                                + " has no place for what " + in + " says of its task, "
                                + model.task().kind()
                                + ", and of its training.")
                        .replaceAll("\\p{Cc}", "?")));
        figures.with("from", source.name())
                .with("to", target.name())
                .with("parameters", network.parameters().size())
                .with(
                        "layers",
                        network.spec().layers().stream()
                                .map(NetworkSummary::layer)
                                .toList());
        return ExitCode.OK;
    }
}
