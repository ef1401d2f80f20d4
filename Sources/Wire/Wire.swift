// The room of Wire.
