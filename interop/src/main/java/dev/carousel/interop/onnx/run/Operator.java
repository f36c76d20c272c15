package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.Tensor;
import java.util.List;

/** What a node computes: its outputs, in order; those at the end may be missing if nobody wants them. */
@FunctionalInterface
interface Operator {

    List<Tensor> apply(Call call);

    /** An operator with one output. */
    @FunctionalInterface
    interface One {

        Tensor apply(Call call);

        default Operator asOperator() {
            return call -> List.of(apply(call));
        }
    }
}
