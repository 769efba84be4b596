// y [n] = the sum of part [slices, n], in the order of the slices: the second pass of a product whose sum was split.
// Define: T; with EPILOGUE, y = f(sum, bias [columns]). One element per item and turn; bytes (slices + 1) n sizeof(T),
// flops slices * n.
KERNEL addSlices(GLOBAL const T *RESTRICT part, GLOBAL T *RESTRICT y, int yAt, int n, int slices,
                 int columns BIAS_PARAMETERS) {
  for (int i = GLOBAL_ID; i < n; i += GLOBAL_SIZE) {
    T sum = part[i];
    for (int s = 1; s < slices; s++) sum += part[s * n + i];
    y[yAt + i] = FINISH(sum, i % columns);
  }
}
