"""What tools written in Python need to know of Nabla. The kernel itself runs none of this."""
