// The types of the calls; the library itself is opened when a product first needs it (LinearLibrary.swift).
#include <cblas.h>
