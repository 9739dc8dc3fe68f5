# shellcheck shell=bash
# Processes are known by process id and start time, so that a reused id is never taken for ours.

# start_time PID: clock ticks since boot, or nothing. A process that only waits for its parent to take notice has
# ended; one that has threads left has not, and process 1 ends its namespace in one of them.
start_time() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  # The name in parentheses may hold blanks. Behind it: 1 the state, 18 the number of threads, 20 the start time.
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  [ "$1" != Z ] || [ "${18}" -gt 1 ] || return 1
  printf '%s\n' "${20}"
}

# recorded_pid FILE: the process id in FILE, if that very process lives.
recorded_pid() {
  local pid started
  { read -r pid started <"$1"; } 2>/dev/null || return 1
  [ "$(start_time "$pid")" = "$started" ] || return 1
  printf '%s\n' "$pid"
}

# signal_recorded FILE SIGNAL: true unless the process is gone already.
signal_recorded() {
  local pid
  pid=$(recorded_pid "$1") && kill "-$2" "$pid" 2>/dev/null
}

recorded_gone() { ! recorded_pid "$1"; }

# kill_recorded FILE: at once; true when it is gone.
kill_recorded() {
  signal_recorded "$1" KILL || return 0
  wait_until 30 recorded_gone "$1"
}
