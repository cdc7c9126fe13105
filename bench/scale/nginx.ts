/** TLS in front of the page, by a server that keeps up with a thousand handshakes a second on its core. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../probing/blackbox.ts';
import { missingPackage } from '../probing/packages.ts';
import { pinned } from './pinned.ts';

const certificates = join(import.meta.dirname, '../../test/adapters/sockets/certificates');

export const missingNginx = (progress: (line: string) => void): string | undefined =>
  missingPackage('/usr/sbin/nginx', 'nginx-light', progress);

const configOf = (folder: string, port: number, page: number): string => `
daemon off; worker_processes 1; worker_rlimit_nofile 16384; pid ${folder}/pid; error_log ${folder}/error.log crit;
events { worker_connections 8192; }
http {
  access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream page { server 127.0.0.1:${page}; keepalive 2000; }
  server {
    listen 127.0.0.1:${port} ssl backlog=4096;
    ssl_certificate ${folder}/chain.pem; ssl_certificate_key ${certificates}/key.pem;
    ssl_session_tickets off;
    location / { proxy_pass http://page; proxy_http_version 1.1; proxy_set_header connection ""; proxy_buffering off; }
  }
}`;

export const openNginx = async (page: number, chain: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-nginx-'));
  const port = await freePort();
  writeFileSync(join(folder, 'chain.pem'), chain);
  writeFileSync(join(folder, 'nginx.conf'), configOf(folder, port, page));
  const server = spawn(...pinned(1, '/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'e')]), {
    stdio: 'ignore',
  });
  const close = async (): Promise<void> => {
    if (server.exitCode === null) {
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
    }
    rmSync(folder, { recursive: true });
  };
  const answers = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  for (let tries = 0; !(await answers()); tries++) {
    if (tries === 50 || server.exitCode !== null) {
      await close();
      throw new Error('nginx does not answer');
    }
    await pause(100);
  }
  return { port, close };
};
