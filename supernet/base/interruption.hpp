// Asking long work to stop: SIGINT and SIGTERM set a flag, loops look at it between steps.
#pragma once

#include <string>

namespace coppice {

/// Installs handlers for SIGINT and SIGTERM that set the flag. A second signal, half a
/// second later or more, ends the process at once, for the user who does not want to wait. A signal
/// that hold_interruptions kept, in this program or in the one that started it, comes at once.
void watch_for_interruption();

/// SIGINT and SIGTERM wait until watch_for_interruption. An exec forgets handlers but keeps this:
/// no signal is lost while the next program is loaded.
void hold_interruptions();

/// True once a signal came (or request_interruption was called). Cheap; any thread.
[[nodiscard]] bool interruption_requested() noexcept;

/// Throws Error(interrupted) "interrupted WHEN" once a signal came: "interrupted before it began".
void stop_if_interrupted(const std::string& when);

/// What the handler does; `false` clears the flag (tests).
void request_interruption(bool requested = true) noexcept;

}  // namespace coppice
