/** One file, because the order matters: an upgrade changes the plan, and roles are judged by every call before them. */
import './heartbeat.ts';
import './places.ts';
import './agent.ts';
import './main-job.ts';
import './upgrade.ts';
import './allowed.ts';
