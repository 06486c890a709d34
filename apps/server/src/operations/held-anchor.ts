import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { base64ToBytes, bytesToBase64 } from '@sidep/encoding'
import { writeWhole } from './store.ts'

/**
 * The key that the next bundle is held to, kept so that a successor is known after a restart, and notices are checked when the
 * portal is away.
 *
 * @param pinned by the configuration: with another one than before it begins anew
 */
export const openAnchor = async (folder: string, pinned: Uint8Array | null) => {
  const path = join(folder, 'anchor')
  const [keptText = '', pinText = ''] = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  const pin = pinned === null ? '' : bytesToBase64(pinned)
  const kept = base64ToBytes(keptText.trim())
  const isOfPin = pin === '' || pin === pinText.trim()
  let anchor: Uint8Array | null = kept.ok && kept.value.length > 0 && isOfPin ? kept.value : pinned
  return {
    get: () => anchor,
    /** @returns once it is written down, or could not be */
    set: async (next: Uint8Array): Promise<void> => {
      if (anchor !== null && bytesToBase64(anchor) === bytesToBase64(next)) return
      anchor = next
      await writeWhole(path, `${bytesToBase64(next)}\n${pin}\n`).catch(() => undefined)
    },
  }
}
