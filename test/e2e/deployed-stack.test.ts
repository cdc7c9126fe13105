/**
 * One file, because the order matters: schedules are paused after they were seen at work, an upgrade changes the plan, and
 * roles are judged by every call before them. Hooks of all parts come first: every endpoint is up until its own test stops it.
 */
import './schedule.ts';
import './heartbeat.ts';
import './places.ts';
import './vpc.ts';
import './agent.ts';
import './main-job.ts';
import './upgrade.ts';
import './allowed.ts';
