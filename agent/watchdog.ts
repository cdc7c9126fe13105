/** Tells systemd that the agent lives. Node has no datagram sockets of Unix, `systemd-notify` has. */
import { spawn } from 'node:child_process';

/** None where nobody asked: `Type=notify` or `WatchdogSec=` set NOTIFY_SOCKET. */
export const openWatchdog = (env: Readonly<Record<string, string | undefined>>): ((status: string) => void) => {
  if (!env.NOTIFY_SOCKET) return () => {};
  return (status) => {
    const child = spawn('systemd-notify', ['WATCHDOG=1', `STATUS=${status}`], { stdio: 'ignore' });
    child.on('error', () => {}); // not installed: systemd ends the agent then, which says so in its log
  };
};
