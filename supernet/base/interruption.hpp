// Asking long work to stop: SIGINT and SIGTERM set a flag, loops look at it between steps.
#pragma once

namespace coppice {

/// Installs handlers for SIGINT and SIGTERM that set the flag. A second signal ends the process
/// at once, for the user who does not want to wait.
void watch_for_interruption();

/// True once a signal came (or request_interruption was called). Cheap; any thread.
[[nodiscard]] bool interruption_requested() noexcept;

/// What the handler does; `false` clears the flag (tests).
void request_interruption(bool requested = true) noexcept;

}  // namespace coppice
