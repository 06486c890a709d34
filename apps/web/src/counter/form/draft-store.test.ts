import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memoryVault } from '../../shared/storage/memory-vault.ts'
import { openDraft } from './draft-store.ts'
import { makeMoments } from './moments-testing.ts'

const place = 'draft/0'
const device = '1232'

let ids = 0

/** A page on a device, and the moments that it lets pass. */
const page = async (vault = memoryVault(), recorded: readonly string[] = []) => {
  const { later, settle } = makeMoments()
  const draft = await openDraft({
    vault,
    place,
    device,
    newId: () => `new-${++ids}`,
    isRecorded: (id) => recorded.includes(id),
    later,
    storageFailed: (error) => assert.fail(String(error)),
  })
  return { vault, draft, settle }
}

describe('what is typed', () => {
  it('is there after a reload, under its id', async () => {
    const before = await page()
    before.draft.dispatch({ type: 'change', patch: { familyName: 'Dupont' } })
    await before.settle()
    const { id, fields } = before.draft.get()
    const after = (await page(before.vault)).draft.get()
    assert.deepEqual([after.id, after.fields], [id, fields])
    assert.equal(after.fields.familyName, 'Dupont')
  })
  it('is not there again once it is recorded, where the page ended before it had left the device', async () => {
    const before = await page()
    before.draft.dispatch({ type: 'change', patch: { familyName: 'Dupont' } })
    await before.settle()
    const { id } = before.draft.get()
    before.draft.next(device)
    // No moment passes before the reload.
    const after = (await page(before.vault, [id])).draft.get()
    assert.notEqual(after.id, id)
    assert.deepEqual([after.fields.familyName, after.fields.device], ['', device])
  })
})
