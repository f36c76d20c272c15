package dev.carousel.interop.keras;

import static dev.carousel.interop.file.DiskFile.quoted;

import dev.carousel.interop.InteropException;
import dev.carousel.interop.file.HalfFloat;
import io.jhdf.GlobalHeap;
import io.jhdf.GroupSymbolTableNode;
import io.jhdf.LocalHeap;
import io.jhdf.ObjectHeader;
import io.jhdf.Superblock.SuperblockV0V1;
import io.jhdf.Superblock.SuperblockV2V3;
import io.jhdf.SymbolTableEntry;
import io.jhdf.btree.BTreeV1;
import io.jhdf.exceptions.HdfException;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import io.jhdf.object.message.AttributeMessage;
import io.jhdf.object.message.DataLayoutMessage;
import io.jhdf.object.message.DataLayoutMessage.CompactDataLayoutMessage;
import io.jhdf.object.message.DataLayoutMessage.ContiguousDataLayoutMessage;
import io.jhdf.object.message.DataSpace;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.DataTypeMessage;
import io.jhdf.object.message.LinkMessage;
import io.jhdf.object.message.SymbolTableMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A group of an HDF5 file: its attributes, and what it holds.
 *
 * <p>jhdf parses each part of the file; the walk from part to part is done here, so that nothing is read that is not asked
 * for and every read is counted ({@link Hdf5Bytes}). Only what h5py writes for Keras is understood: links by symbol table or
 * in the object's header, and data sets in one piece.
 */
final class Hdf5Group {

    private static final int LONGEST_NAME = 4096;
    private static final int LINK_TO_OBJECT = 1;
    private static final int COST_OF_TEXT = 64;

    private final Hdf5Bytes file;
    private final String path;
    private final ObjectHeader header;
    private final Map<String, Long> children;
    private final Map<String, Hdf5Group> opened = new HashMap<>();

    private Hdf5Group(Hdf5Bytes file, String path, long address) {
        this.file = file;
        this.path = path;
        this.header = file.guarded(path, () -> ObjectHeader.readObjectHeader(file, address));
        this.children = file.guarded(path, this::readChildren);
    }

    /** The group that holds all others. */
    static Hdf5Group root(Hdf5Bytes file) {
        long address = file.guarded("/", () -> {
            if (file.getSuperblock() instanceof SuperblockV0V1 old) {
                return new SymbolTableEntry(file, old.getRootGroupSymbolTableAddress()).getObjectHeaderAddress();
            }
            return ((SuperblockV2V3) file.getSuperblock()).getRootGroupObjectHeaderAddress();
        });
        return new Hdf5Group(file, "/", address);
    }

    private Map<String, Long> readChildren() {
        Map<String, Long> found = new LinkedHashMap<>();
        for (LinkMessage link : header.getMessagesOfType(LinkMessage.class)) {
            if (link.getLinkType() != LinkMessage.LinkType.HARD) {
                throw new HdfException(
                        quoted(link.getLinkName()) + " is a link to elsewhere, which Keras never writes");
            }
            found.put(link.getLinkName(), link.getHardLinkAddress());
        }
        if (!header.hasMessageOfType(SymbolTableMessage.class)) {
            return found;
        }
        SymbolTableMessage table = header.getMessageOfType(SymbolTableMessage.class);
        ByteBuffer names = new LocalHeap(file, table.getLocalHeapAddress()).getDataBuffer();
        for (long node : BTreeV1.createGroupBTree(file, table.getBTreeAddress()).getChildAddresses()) {
            for (SymbolTableEntry entry : new GroupSymbolTableNode(file, node).getSymbolTableEntries()) {
                String name = name(names, entry.getLinkNameOffset());
                if (entry.getCacheType() > LINK_TO_OBJECT) {
                    throw new HdfException(quoted(name) + " is a link to elsewhere, which Keras never writes");
                }
                found.put(name, entry.getObjectHeaderAddress());
            }
        }
        return found;
    }

    private String name(ByteBuffer names, int offset) {
        int end = offset;
        while (names.get(end) != 0) {
            end++;
            if (end - offset > LONGEST_NAME) {
                throw new HdfException("a name has no end");
            }
        }
        file.spend(end - offset);
        byte[] name = new byte[end - offset];
        names.get(offset, name);
        return new String(name, StandardCharsets.UTF_8);
    }

    /** Where it stands in the file. */
    String path() {
        return path;
    }

    /** The names of what it holds. */
    Set<String> names() {
        return children.keySet();
    }

    /**
     * The group at a path below this one, if it is there.
     *
     * @param below names with / between them
     */
    Optional<Hdf5Group> find(String below) {
        Hdf5Group group = this;
        for (String name : below.split("/", -1)) {
            Long address = group.children.get(name);
            if (address == null) {
                return Optional.empty();
            }
            String place = group.below(name);
            group = group.opened.computeIfAbsent(name, key -> new Hdf5Group(file, place, address));
        }
        return Optional.of(group);
    }

    /**
     * The group at a path below this one.
     *
     * @throws InteropException if there is none
     */
    Hdf5Group group(String below) {
        return find(below).orElseThrow(() -> missing(below));
    }

    private String below(String name) {
        return (path.equals("/") ? "" : path) + "/" + name;
    }

    private InteropException missing(String below) {
        return new InteropException(file.file() + ": there is no " + quoted(below) + " in " + path
                + " of the HDF5 data, only " + quoted(names().toString()) + ". Was the model saved whole by Keras?");
    }

    /**
     * The texts of an attribute, one or many, if there is such an attribute.
     *
     * @throws InteropException if it holds anything but texts
     */
    Optional<List<String>> texts(String attribute) {
        return file.guarded(path + " (attribute " + attribute + ")", () -> {
            for (AttributeMessage message : header.getMessagesOfType(AttributeMessage.class)) {
                if (message.getName().equals(attribute)) {
                    return Optional.of(texts(message));
                }
            }
            return Optional.empty();
        });
    }

    private List<String> texts(AttributeMessage attribute) {
        ByteBuffer data = attribute.getDataBuffer();
        DataType type = attribute.getDataType();
        if (data == null) {
            return List.of();
        }
        boolean pointers = type instanceof VariableLength variable && variable.isVariableLengthString();
        if (!pointers && !(type instanceof StringData)) {
            throw new HdfException("it is no text but " + type.getClass().getSimpleName());
        }
        List<String> texts = new ArrayList<>();
        Map<Long, GlobalHeap> heaps = new HashMap<>();
        data.order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < data.capacity(); at += type.getSize()) {
            ByteBuffer text = pointers
                    ? pointedAt(data.getInt(at), data.getLong(at + 4), data.getInt(at + 12), heaps)
                    : data.slice(at, type.getSize());
            file.spend(COST_OF_TEXT + text.remaining());
            texts.add(text(text));
        }
        return texts;
    }

    /** A text of variable length lies in a heap: its length, the heap's address and the number of the object in it. */
    private ByteBuffer pointedAt(int length, long heap, int index, Map<Long, GlobalHeap> heaps) {
        if (length == 0) {
            return ByteBuffer.allocate(0);
        }
        ByteBuffer object =
                heaps.computeIfAbsent(heap, at -> new GlobalHeap(file, at)).getObjectData(index);
        return object.slice(0, length);
    }

    private static String text(ByteBuffer bytes) {
        int end = bytes.remaining();
        while (end > 0 && bytes.get(end - 1) == 0) {
            end--;
        }
        return StandardCharsets.UTF_8.decode(bytes.slice(0, end)).toString();
    }

    /**
     * A data set of floats below this group.
     *
     * @param below names with / between them
     * @throws InteropException if there is none, it holds no finite floats, or lies otherwise than Keras writes it
     */
    KerasTensor tensor(String below) {
        int cut = below.lastIndexOf('/');
        Hdf5Group group = cut < 0 ? this : group(below.substring(0, cut));
        Long address = group.children.get(below.substring(cut + 1));
        if (address == null) {
            throw group.missing(below.substring(cut + 1));
        }
        String place = group.below(below.substring(cut + 1));
        return file.guarded(place, () -> tensor(place, ObjectHeader.readObjectHeader(file, address)));
    }

    private KerasTensor tensor(String place, ObjectHeader object) {
        if (!object.hasMessageOfType(DataSpaceMessage.class)) {
            throw new HdfException("it is a group, but a data set should stand here");
        }
        DataSpace space = object.getMessageOfType(DataSpaceMessage.class).getDataSpace();
        DataType type = object.getMessageOfType(DataTypeMessage.class).getDataType();
        if (!(type instanceof FloatingPoint floats)) {
            throw new InteropException(file.file() + ": " + place + " holds no floats but "
                    + type.getClass().getSimpleName() + " of " + type.getSize()
                    + " bytes. Save the model with weights of float32; quantised and bfloat16 weights are not read.");
        }
        long bytes = Math.multiplyExact(space.getTotalLength(), type.getSize());
        DataLayoutMessage layout = object.getMessageOfType(DataLayoutMessage.class);
        ByteBuffer data;
        if (layout instanceof ContiguousDataLayoutMessage contiguous) {
            data = bytes == 0 ? ByteBuffer.allocate(0) : file.data(contiguous.getAddress(), bytes);
        } else if (layout instanceof CompactDataLayoutMessage compact) {
            data = compact.getDataBuffer().slice(0, Math.toIntExact(bytes));
        } else {
            throw new HdfException("it is cut into chunks, which Keras never writes; save the model with Keras again");
        }
        return new KerasTensor(place, space.getDimensions(), floats(place, floats, data));
    }

    private float[] floats(String place, FloatingPoint type, ByteBuffer data) {
        data.order(type.getByteOrder());
        int width = type.getSize();
        boolean known = (width == 2 && has(type, 5, 10))
                || (width == 4 && has(type, 8, 23))
                || (width == 8 && has(type, 11, 52));
        if (!known) {
            throw new HdfException("its floats of " + width + " bytes have an unknown form");
        }
        float[] values = new float[data.capacity() / width];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (width) {
                case 2 -> HalfFloat.ofIeee(data.getShort(2 * i));
                case 4 -> data.getFloat(4 * i);
                default -> (float) data.getDouble(8 * i);
            };
            if (!Float.isFinite(values[i])) {
                throw new InteropException(file.file() + ": number " + i + " of " + place + " is " + values[i]
                        + "; weights must be finite. Did the training diverge?");
            }
        }
        return values;
    }

    private static boolean has(FloatingPoint type, int exponentBits, int mantissaBits) {
        return type.getExponentSize() == exponentBits && type.getMantissaSize() == mantissaBits;
    }
}
