#include <zmq.h>

/* The wake-up that zmq_poll waits for beside sockets; Swift's Glibc module leaves it out. */
#include <sys/eventfd.h>
