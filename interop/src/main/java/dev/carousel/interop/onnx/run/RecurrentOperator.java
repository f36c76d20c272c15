package dev.carousel.interop.onnx.run;

import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;
import java.util.List;

/** The operators RNN, LSTM and GRU: form and inputs are checked here, and computed direction by direction. */
final class RecurrentOperator {

    private RecurrentOperator() {}

    static List<Tensor> apply(Call call) {
        RecurrentForm form = RecurrentForm.of(call);
        RecurrentInputs in = RecurrentInputs.of(call, form);
        OnnxElementType type = in.x().type();
        int T = in.x().dimension(0);
        int N = in.x().dimension(1);
        Tensor y = call.room(type, T, form.directions(), N, form.hiddenSize());
        Tensor h = call.room(type, form.directions(), N, form.hiddenSize());
        Tensor c = call.room(type, form.directions(), N, form.hiddenSize());
        int rows = form.kind().gates() * form.hiddenSize() * form.directions();
        call.work(rows, T, N, (long) in.x().dimension(2) + form.hiddenSize());
        boolean onEngine = type == OnnxElementType.FLOAT && in.x().size() > 0 && form.hiddenSize() > 0;
        for (int direction = 0; direction < form.directions(); direction++) {
            if (onEngine) {
                RecurrentOnEngine.run(RecurrentOnEngine.pack(form, in, call.kept()), in, direction, y, h, c);
            } else {
                new RecurrentInDouble(form, in, direction).run(y, h, c);
            }
        }
        if (form.batchFirst()) {
            int[] shape = {N, T, form.directions(), form.hiddenSize()};
            int[] s = Tensor.strides(y.shape());
            y = TensorCopies.gather(call, y, new TensorCopies.View(0, new int[] {s[2], s[0], s[1], s[3]}), shape);
            h = RecurrentInputs.exchanged(call, h);
            c = RecurrentInputs.exchanged(call, c);
        }
        return form.kind() == RecurrentForm.Kind.LSTM ? List.of(y, h, c) : List.of(y, h);
    }
}
