package dev.lamina;

/// What a device holds for Lamina.
///
/// @param liveBuffers buffers that belong to tensors
/// @param liveBytes their bytes
/// @param peakBytes the most that `liveBytes` has been
/// @param pooledBytes freed bytes that are kept for reuse
/// @param limitBytes the most that live and pooled bytes may reach; `Long.MAX_VALUE` if only the device limits
/// them
public record MemoryStats(long liveBuffers, long liveBytes, long peakBytes, long pooledBytes, long limitBytes) {}
