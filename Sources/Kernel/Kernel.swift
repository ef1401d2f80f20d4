// The room of Kernel.
