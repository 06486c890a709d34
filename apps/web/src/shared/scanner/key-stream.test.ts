import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createKeyStream, type KeyFate, pauseMilliseconds } from './key-stream.ts'
import { mayBeCode } from './may-be-code.ts'

const ins = `IS01${'0'.repeat(22)}S1269054958815780S21.2.250.1.213.1.4.10S3CORINNE ANNE\u001dS4LE GOFF\u001dS5FS614-05-1969S763220`

/** A keyboard, its hand or its scanner, and a clock that moves when told. */
const keyboard = () => {
  let now = 10_000
  const timers: { at: number; callback: () => void }[] = []
  const scans: string[] = []
  const results: string[] = []
  let noted = 0
  const to = (time: number): void => {
    for (;;) {
      const [next] = timers.toSorted((a, b) => a.at - b.at)
      if (next === undefined || next.at > time) break
      timers.splice(timers.indexOf(next), 1)
      now = next.at
      next.callback()
    }
    now = time
  }
  const stream = createKeyStream({
    after: (milliseconds, callback) => {
      const timer = { at: now + milliseconds, callback }
      timers.push(timer)
      return () => {
        const index = timers.indexOf(timer)
        if (index >= 0) timers.splice(index, 1)
      }
    },
    begins: () => {
      noted += 1
    },
    scanned: (text) => scans.push(text),
    isCode: mayBeCode,
  })
  const press = (
    key: string,
    options: { isInField?: boolean; repeat?: boolean; altFigure?: boolean } = {},
  ): KeyFate => {
    const { isInField = false, repeat = false, altFigure = false } = options
    const modifiers = { ctrlKey: false, altKey: altFigure, metaKey: false, repeat }
    const code = altFigure ? `Numpad${key}` : ''
    const fate = stream.press({ key, code, ...modifiers, at: now, isInField })
    // What the place of the results does with a key that reaches it.
    if (fate === 'passed' && !isInField && !repeat && /^[npi]$/i.test(key))
      stream.result(key, () => results.push(key))
    if (!repeat) stream.release(key)
    return fate
  }
  const type = (text: string, gap: number, isInField = false): KeyFate[] =>
    [...text].map((character) => {
      const fate = press(character, { isInField })
      to(now + gap)
      return fate
    })
  return {
    press,
    type,
    wait: (milliseconds: number) => to(now + milliseconds),
    noted: () => noted,
    scans,
    results,
    stream,
  }
}

describe('a result by its key', () => {
  it('is taken once nothing else was typed before it and after it', () => {
    const { press, wait, results } = keyboard()
    press('n')
    assert.deepEqual(results, [])
    wait(pauseMilliseconds)
    assert.deepEqual(results, ['n'])
  })
  it('is none right behind typing, nor when more follows', () => {
    const { press, type, wait, results } = keyboard()
    type('Dupo', 120)
    press('n')
    wait(1_000)
    type('in', 100)
    wait(1_000)
    assert.deepEqual(results, [])
  })
  it('is taken right behind Enter, which brings the hand there', () => {
    const { press, wait, results } = keyboard()
    press('Enter')
    press('p')
    wait(pauseMilliseconds)
    assert.deepEqual(results, ['p'])
  })
  it('has Enter behind it go nowhere: it would press the button beside', () => {
    const { press, wait, results } = keyboard()
    press('n')
    wait(50)
    assert.equal(press('Enter'), 'swallowed')
    wait(1_000)
    assert.deepEqual(results, [])
  })
  it('held down is one press, whatever has the focus by then', () => {
    const { press, stream, wait, results } = keyboard()
    press('Enter')
    stream.press({
      key: 'n',
      code: 'KeyN',
      ctrlKey: false,
      altKey: false,
      metaKey: false,
      repeat: false,
      at: 20_000,
      isInField: false,
    })
    stream.result('n', () => results.push('n'))
    wait(pauseMilliseconds)
    assert.equal(press('n', { isInField: true, repeat: true }), 'swallowed')
    stream.release('n')
    assert.equal(press('n', { isInField: true }), 'passed')
    assert.deepEqual(results, ['n'])
  })
})

describe('a burst of keys', () => {
  it('is a scan wherever the focus is, and none of its letters a result, at any pace of a scanner', () => {
    for (const gap of [0, 1, 8, 40, 60, 75, 95]) {
      const { press, type, wait, scans, results } = keyboard()
      const fates = type(ins, gap)
      // A blank would press the button that has the focus; so would Enter.
      assert.ok(fates.slice(6).every((fate) => fate === 'swallowed'))
      assert.equal(press('Enter'), 'swallowed')
      wait(1_000)
      assert.deepEqual(scans, [ins])
      assert.deepEqual(results, [])
    }
  })
  it('ended by more than one key, as by CR and LF, has none of them press a button', () => {
    for (const ends of [['Enter', 'Enter'], ['Tab', 'Enter'], ['Enter', 'Tab'], ['Tab']]) {
      const { press, type, wait, scans } = keyboard()
      type(ins, 10)
      for (const key of ends) {
        assert.equal(press(key), 'swallowed')
        wait(10)
      }
      wait(1_000)
      assert.deepEqual(scans, [ins])
      // A hand that comes later is heard.
      assert.equal(press('Enter'), 'passed')
    }
  })
  it('has what a scanner presses for a separator in it: a function key, or its number while Alt is held', () => {
    const functionKeys = keyboard()
    for (const isInField of [true, false]) {
      for (const part of ins.split(/(\u001d)/)) {
        if (part === '\u001d') assert.equal(functionKeys.press('F8', { isInField }), 'swallowed')
        else functionKeys.type(part, 10, isInField)
      }
      assert.equal(functionKeys.press('Enter', { isInField }), 'swallowed')
      functionKeys.wait(1_000)
    }
    assert.deepEqual(functionKeys.scans, [ins, ins])
    assert.equal(functionKeys.press('F8'), 'passed')
    const byNumber = keyboard()
    for (const character of ins) {
      for (const figure of `0${character.charCodeAt(0)}`)
        byNumber.press(figure, { isInField: false, altFigure: true })
      byNumber.stream.release('Alt')
      byNumber.wait(5)
    }
    assert.equal(byNumber.press('Enter'), 'swallowed')
    byNumber.wait(1_000)
    assert.deepEqual(byNumber.scans, [ins])
    assert.deepEqual(byNumber.results, [])
  })
  it('has no blank in it press a button, however early', () => {
    const { type, wait, scans } = keyboard()
    const fates = type('HC1: 6BFOXN', 10)
    assert.equal(fates[4], 'swallowed')
    wait(1_000)
    assert.deepEqual(scans, ['HC1: 6BFOXN'])
  })
  it('ends by itself where the scanner sends no Enter', () => {
    const { type, wait, scans } = keyboard()
    type(ins, 5)
    wait(1_000)
    assert.deepEqual(scans, [ins])
  })
  it('in a field is left there unless it is a code: names are typed fast too', () => {
    const { press, type, wait, scans } = keyboard()
    type('Lefebvre-Dupont', 10, true)
    assert.equal(press('Enter', { isInField: true }), 'passed')
    type(ins, 10, true)
    assert.equal(press('Enter', { isInField: true }), 'swallowed')
    wait(1_000)
    assert.deepEqual(scans, [ins])
  })
  it('right behind another is one of its own: the field it goes to is noted anew, names typed there stay', () => {
    const { press, type, wait, noted, scans } = keyboard()
    type(ins, 2)
    press('Enter')
    assert.equal(noted(), 1)
    type(ins, 2, true)
    press('Enter', { isInField: true })
    assert.equal(noted(), 2)
    const fates = type('Teriitahi', 2, true)
    assert.equal(press('Tab', { isInField: true }), 'passed')
    assert.equal(noted(), 3)
    assert.ok(fates.every((fate) => fate === 'passed'))
    press('M', { isInField: true })
    assert.equal(noted(), 4)
    wait(1_000)
    assert.deepEqual(scans, [ins, ins])
  })
  it('of the last letter typed a scan later, a result is taken again', () => {
    const { press, type, wait, results } = keyboard()
    type(ins, 5)
    press('Enter')
    press('i')
    wait(1_000)
    press('n')
    wait(1_000)
    assert.deepEqual(results, ['n'])
  })
})
