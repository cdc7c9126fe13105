/** Where declared maintenance is kept. A window is never deleted: a cancelled one stays as what was once announced. */
import type { EpochMs } from '../time/span.ts';
import type { MaintenanceWindow } from './evidence.ts';

export interface DeclaredWindow extends MaintenanceWindow {
  /** The calendar event that it was imported from; of a series, when that occurrence was to begin at first. */
  readonly event?: { readonly uid: string; readonly of?: EpochMs | undefined };
  readonly cancelled?: { readonly at: EpochMs; readonly by: string };
}

export interface MaintenanceWindows {
  /** False when the client has a window of this id. */
  add(client: string, window: Omit<DeclaredWindow, 'cancelled'>): Promise<boolean>;
  /** All of them, cancelled ones too, in the order of their ids. */
  list(client: string): Promise<DeclaredWindow[]>;
  /** False when there is no such window, or it is cancelled already. */
  cancel(client: string, id: string, cancelled: { readonly at: EpochMs; readonly by: string }): Promise<boolean>;
}

/** Those that still hold, as settlement and detection take them. */
export const standing = (windows: readonly DeclaredWindow[]): MaintenanceWindow[] =>
  windows.flatMap(({ cancelled, event: _, ...window }) => (cancelled ? [] : [window]));
