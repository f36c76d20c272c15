package dev.carousel.interop.onnx;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.numpy.NumpyArray;
import dev.carousel.interop.onnx.graph.OnnxDocument.ValueInfo;
import dev.carousel.interop.onnx.graph.OnnxElementType;
import dev.carousel.interop.onnx.graph.Tensor;

/** NumPy's arrays as tensors, and back. */
final class NumpyTensors {

    private NumpyTensors() {}

    /**
     * The tensor that a graph's input wants.
     *
     * @param array of any type whose numbers the wanted type can hold
     */
    static Tensor of(NumpyArray array, ValueInfo wanted) {
        String title = "Input " + wanted.name() + " of the ONNX model";
        OnnxElementType type = wanted.type() == 0 ? naturalType(array) : OnnxElementType.of(wanted.type(), title);
        int[] shape = array.shape().stream().mapToInt(Integer::intValue).toArray();
        requireShape(array, wanted, title);
        if (!type.isReal() && array.type().isFloat()) {
            throw new InteropException(
                    title + " is " + type + " but the array is " + array + ". Give whole numbers (in NumPy: astype).");
        }
        return switch (type) {
            case FLOAT -> Tensor.of(array.floats(), shape);
            case DOUBLE -> Tensor.of(array.doubles(), shape);
            case INT32 -> Tensor.of(array.ints(), shape);
            case INT64 -> Tensor.of(array.longs(), shape);
            case BOOL -> {
                long[] numbers = array.longs();
                boolean[] truths = new boolean[numbers.length];
                for (int i = 0; i < truths.length; i++) {
                    truths[i] = numbers[i] != 0;
                }
                yield Tensor.of(truths, shape);
            }
        };
    }

    private static OnnxElementType naturalType(NumpyArray array) {
        return switch (array.type()) {
            case BOOL -> OnnxElementType.BOOL;
            case FLOAT16, FLOAT32 -> OnnxElementType.FLOAT;
            case FLOAT64 -> OnnxElementType.DOUBLE;
            case INT32 -> OnnxElementType.INT32;
            default -> OnnxElementType.INT64;
        };
    }

    private static void requireShape(NumpyArray array, ValueInfo wanted, String title) {
        boolean fits = wanted.dimensions().isEmpty() || wanted.dimensions().size() == array.rank();
        for (int i = 0; fits && i < wanted.dimensions().size(); i++) {
            String dimension = wanted.dimensions().get(i);
            boolean fixed = !dimension.isEmpty() && dimension.chars().allMatch(Character::isDigit);
            fits = !fixed || dimension.equals(Integer.toString(array.shape().get(i)));
        }
        if (!fits) {
            throw new InteropException(title + " is " + wanted.dimensions() + ", but the array is " + array
                    + ". Is the order of its axes right?");
        }
    }

    static NumpyArray toNumpy(Tensor tensor) {
        return switch (tensor.type()) {
            case FLOAT -> NumpyArray.of(tensor.floats(), tensor.shape());
            case DOUBLE -> NumpyArray.of(tensor.doubles(), tensor.shape());
            case INT32 -> NumpyArray.of(tensor.ints(), tensor.shape());
            case INT64 -> NumpyArray.of(tensor.longs(), tensor.shape());
            case BOOL -> NumpyArray.of(tensor.booleans(), tensor.shape());
        };
    }
}
