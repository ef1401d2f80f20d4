#define _GNU_SOURCE
#include "CTrial.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char *const words[] = {"/bin/true", 0};

int trial_start_program(void) {
  pid_t child;
  if (posix_spawn(&child, words[0], 0, 0, words, 0) != 0) return -1;
  int status = 1;
  waitpid(child, &status, 0);
  return status == 0 ? 0 : -1;
}

int trial_become_program(void) {
  // In a process of its own where there may be one: it would not come back.
  pid_t child = fork();
  if (child < 0) {
    execv(words[0], words);
    return -1;
  }
  if (child == 0) {
    execv(words[0], words);
    _exit(1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  return status == 0 ? 0 : -1;
}

int trial_fork(void) {
  pid_t child = fork();
  if (child == 0) _exit(0);
  if (child > 0) waitpid(child, 0, 0);
  return child < 0 ? -1 : 0;
}

int trial_socket(void) {
  int made = socket(AF_INET, SOCK_STREAM, 0);
  if (made >= 0) close(made);
  int local = socket(AF_UNIX, SOCK_STREAM, 0);
  if (local >= 0) close(local);
  return made >= 0 || local >= 0 ? 0 : -1;
}

int trial_type(void) {
  int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  // Without a terminal the call itself is asked for: the filter answers before the descriptor is looked at.
  int descriptor = terminal >= 0 ? terminal : STDIN_FILENO;
  int result = ioctl(descriptor, TIOCSTI, "x");
  int reason = errno;
  if (terminal >= 0) close(terminal);
  return result < 0 && reason == EPERM ? -1 : 0;
}

typedef struct {
  pthread_t thread;
  int question[2];
  int answer;
} Asked;

static void *wait_for_question(void *argument) {
  Asked *asked = argument;
  char byte;
  asked->answer = read(asked->question[0], &byte, 1) == 1 ? trial_socket() : -2;
  return 0;
}

void *trial_start_thread(void) {
  Asked *asked = calloc(1, sizeof *asked);
  if (pipe(asked->question) != 0) abort();
  if (pthread_create(&asked->thread, 0, wait_for_question, asked) != 0) abort();
  return asked;
}

int trial_ask_thread(void *thread) {
  Asked *asked = thread;
  if (write(asked->question[1], "?", 1) != 1) return -1;
  pthread_join(asked->thread, 0);
  return asked->answer;
}

static void *end_at_once(void *argument) { return argument; }

int trial_start_and_end_thread(void) {
  pthread_t thread;
  if (pthread_create(&thread, 0, end_at_once, 0) != 0) return -1;
  return pthread_join(thread, 0) == 0 ? 0 : -1;
}
