/// The kernel text that both GPU backends share, and the driver interface that they implement. It depends on
/// the core alone.
package dev.lamina.kernels;
