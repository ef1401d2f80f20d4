// What `SandboxTrial` tries and Swift does not let it: each answers what the call did.

#ifndef CTRIAL_H
#define CTRIAL_H

int trial_start_program(void);
int trial_become_program(void);
int trial_fork(void);
int trial_socket(void);
int trial_type(void);
/// A thread that waits to be asked to open a socket.
void *trial_start_thread(void);
int trial_ask_thread(void *thread);
int trial_start_and_end_thread(void);

#endif
