import { type FormEvent, useState } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Button, Disclosure, notFilled } from '../shared/ui/index.ts'
import { footMessages } from './foot-messages.ts'

/** Longest text taken; a verdict refuses what is longer than any code, this bounds the field. */
const typedCharactersMax = 10_000

/** The way without a camera: the text of a code, typed, pasted, or from a hand-held scanner. */
export const TypedCode = ({ onVerify }: { readonly onVerify: (text: string) => void }) => {
  const t = useMessages(footMessages)
  const [typed, setTyped] = useState('')
  const [empty, setEmpty] = useState(false)
  const submit = (event?: FormEvent): void => {
    event?.preventDefault()
    const isEmpty = typed.trim() === ''
    setEmpty(isEmpty)
    if (isEmpty) return
    // Nothing of it stays on the screen or in memory once it is judged.
    setTyped('')
    // As it came: what a mail or a scanner added to it the verdict takes off.
    onVerify(typed)
  }
  return (
    <Disclosure title={t('typeText')} level={2}>
      <form className="stack-tight" onSubmit={submit}>
        <label className="field-label" htmlFor="typed-code">
          {t('typedLabel')}
        </label>
        <textarea
          id="typed-code"
          className="field-input"
          rows={4}
          value={typed}
          maxLength={typedCharactersMax}
          spellCheck={false}
          {...notFilled}
          autoCapitalize="off"
          aria-describedby="typed-code-help"
          aria-invalid={empty}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            // A hand-held scanner ends with Enter; so does a person who is done.
            if (event.key !== 'Enter') return
            event.preventDefault()
            submit()
          }}
        />
        <p id="typed-code-help" className="field-description" aria-live="polite">
          {empty ? t('typedEmpty') : t('typedHelp')}
        </p>
        <Button type="submit" variant="primary">
          {t('verify')}
        </Button>
      </form>
    </Disclosure>
  )
}
