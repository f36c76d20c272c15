package dev.carousel.interop.pytorch;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.numpy.StridedBytes;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor of a .pt file: a view of a storage, which others may share.
 *
 * @param storage where the elements lie
 * @param elementType the type of its elements
 * @param offset the first element
 * @param shape its dimensions
 * @param strides for each dimension, how many elements lie from one to the next
 */
record TorchTensor(Storage storage, TorchElementType elementType, long offset, List<Long> shape, List<Long> strides)
        implements Weight {

    /** A run of elements that the archive holds, read when it is needed. */
    interface Storage {

        /** Its name in the archive. */
        String key();

        /** How many bytes it should have. */
        long size();

        /** Its content. */
        byte[] bytes();

        /** The order of the bytes of an element. */
        ByteOrder order();

        /** Accounts for the memory of a tensor that is built from it. */
        void charge(long bytes);

        /** The name of the file, for errors. */
        String file();
    }

    /** Takes copies. */
    TorchTensor {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
        requireInside(storage, elementType, offset, shape, strides);
    }

    private static void requireInside(
            Storage storage, TorchElementType type, long offset, List<Long> shape, List<Long> strides) {
        String what = "a tensor " + shape + " with strides " + strides + " and offset " + offset + " in the storage "
                + quoted(storage.key());
        boolean sound = shape.size() == strides.size()
                && offset >= 0
                && shape.stream().allMatch(size -> size >= 0)
                && strides.stream().allMatch(stride -> stride >= 0);
        if (!sound) {
            throw new InteropException(storage.file() + ": " + what + " cannot be: each dimension has a size and a"
                    + " stride from 0 on. The file is damaged.");
        }
        try {
            long end = offset;
            for (int axis = 0; axis < shape.size(); axis++) {
                end = Math.addExact(end, Math.multiplyExact(Math.max(0, shape.get(axis) - 1), strides.get(axis)));
            }
            long elements = shape.stream().reduce(1L, Math::multiplyExact);
            Math.multiplyExact(elements, Float.BYTES);
            long available = storage.size() / type.bytes();
            if (elements > 0 && end >= available) {
                throw new InteropException(storage.file() + ": " + what + " reaches to element " + end
                        + ", but the storage has " + available + ". The file is damaged.");
            }
        } catch (ArithmeticException e) {
            throw new InteropException(storage.file() + ": " + what + " is larger than any file. It is damaged.", e);
        }
    }

    @Override
    public String type() {
        return elementType().torchName();
    }

    @Override
    public boolean isFloat() {
        return elementType().isFloat();
    }

    /** Through strides of 0, a few elements can be seen as a tensor of any size. */
    @Override
    public void reserve() {
        storage.charge(shape.stream().reduce((long) Float.BYTES, Math::multiplyExact));
    }

    @Override
    public float[] floats() {
        List<Integer> sizes = shape.stream().map(Math::toIntExact).toList();
        int width = elementType().bytes();
        int[] steps = strides.stream()
                .mapToInt(stride -> (int) Math.min(stride * width, Integer.MAX_VALUE))
                .toArray();
        byte[] gathered = StridedBytes.gather(storage.bytes(), (int) (offset * width), sizes, steps, width);
        return elementType().floats(gathered, storage.order());
    }
}
