import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { memoryVault } from '../../shared/storage/memory-vault.ts'
import { type BegunCorrection, openBegunCorrection, patchOf } from './begun-correction.ts'
import { emptyFields } from './draft.ts'
import { makeMoments } from './moments-testing.ts'

const place = 'correction-draft/0'
const begun: BegunCorrection = {
  id: '0193590a-0000-7000-8000-000000000001',
  siteId: '750000001',
  patch: { familyName: 'Dupon' },
  why: 'name',
}

/** A page on a device, and the moments that it lets pass. */
const page = async (vault = memoryVault()) => {
  const { later, settle } = makeMoments()
  const corrections = await openBegunCorrection({
    vault,
    place,
    later,
    storageFailed: (error) => assert.fail(String(error)),
  })
  return { vault, corrections, settle }
}

describe('a correction that was begun', () => {
  it('is there after a reload as it was last typed', async () => {
    const before = await page()
    before.corrections.put(begun)
    before.corrections.put({ ...begun, patch: { familyName: 'Dupont' }, result: 'positive' })
    await before.settle()
    const after = await page(before.vault)
    assert.deepEqual(after.corrections.get(), {
      ...begun,
      patch: { familyName: 'Dupont' },
      result: 'positive',
    })
  })
  it('leaves the device once it was sent or given up', async () => {
    const { vault, corrections, settle } = await page()
    corrections.put(begun)
    await settle()
    corrections.put(null)
    await settle()
    assert.equal(await vault.get(place), undefined)
  })
  it('is none where the place holds something else, and has no field that is none', async () => {
    const { vault } = await page()
    for (const stored of [null, 'x', { id: 1 }, { ...begun, why: 'because' }]) {
      await vault.put(place, stored)
      assert.equal((await page(vault)).corrections.get(), null)
    }
    await vault.put(place, { ...begun, patch: { familyName: 'Dupon', shoeSize: '44', sex: 'X' } })
    const { patch } = (await page(vault)).corrections.get() ?? {}
    assert.deepEqual(patch, { familyName: 'Dupon', sex: '' })
  })
  it('holds what was typed and nothing else', () => {
    const before = { ...emptyFields('1232'), familyName: 'Dupond', firstNames: 'Camille' }
    assert.deepEqual(patchOf(before, { ...before, familyName: 'Dupont' }), {
      familyName: 'Dupont',
    })
    assert.deepEqual(patchOf(before, before), {})
  })
})
