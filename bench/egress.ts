import { measureEgress } from './cost/wire.ts';
import { atMost, type Benchmark, figure } from './result.ts';

export const egress: Benchmark = {
  ids: ['P6'],
  title: 'Bytes that a probe sends, as IP packets, counted by the kernel on a wire of its own',
  run: async (progress) => {
    const bytes = await measureEgress();
    if (!bytes) {
      progress('counting bytes on a wire takes Linux and root');
      return [];
    }
    const { vigie, plain } = bytes;
    return [
      atMost('P6', 'an HTTPS probe, with a whole handshake', vigie.https, 'B', 1_050),
      figure('P6', 'the same with fetch', plain.https, 'B'),
      figure('P6', 'an HTTP probe', vigie.http, 'B'),
    ];
  },
};
