/// The training loop, its callbacks, metrics and checkpoints.
package dev.lamina.train;
