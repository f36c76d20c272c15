"""Makes the arrays of this folder with NumPy: python make_arrays.py (once; NumPyFilesTest reads what it wrote).

Every array holds a[i, j, k] = 100 i + 10 j + k - 7 of shape [2, 3, 4], or what its type can hold of it.
"""

import io
import struct
import zipfile

import numpy as np

i, j, k = np.meshgrid(np.arange(2), np.arange(3), np.arange(4), indexing="ij")
a = 100 * i + 10 * j + k - 7

arrays = {}
for code in ["b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]:
    values = a > 100 if code == "b1" else np.abs(a) if code[0] == "u" else a
    for sign in "<>":
        for order in "CF":
            name = f"{'little' if sign == '<' else 'big'}_{order}_{code}"
            arrays[name] = np.asarray(values.astype(sign + code), order=order)
arrays["scalar"] = np.float32(3.5)
arrays["empty"] = np.zeros((3, 0, 2), np.float32)
arrays["vector"] = np.array([1, 2, 3], np.int64)
arrays["halves"] = np.frombuffer(np.arange(65536, dtype="<u2").tobytes(), "<f2")[::251]
np.savez_compressed("arrays.npz", **arrays)
np.savez("stored.npz", x=a.astype("f4"), lengths=np.array([2, 1, 2]))

for version in [(1, 0), (2, 0), (3, 0)]:
    with open(f"version{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, a.astype("<f4"), version=version)
np.save("objects.npy", np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
np.save("structured.npy", np.zeros(2, dtype=[("x", "f4"), ("y", "i4")]))
np.save("complex.npy", np.zeros(2, dtype="c8"))
np.save("text.npy", np.array(["ab", "c"]))
