import { type FormEvent, useState } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Button, TextField } from '../shared/ui/index.ts'
import { readCodeFault } from './link-code.ts'
import { personMessages } from './person-messages.ts'
import { readScannedLink } from './scanned-link.ts'

const faultWords = { NUMBER_WITHOUT_SITE: 'codeNoSite', CODE_MISTYPED: 'codeMistyped' } as const

/** What is said of a text without a code of a link in it. */
const wordsOf = (typed: string) => {
  const read = readScannedLink(typed)
  if (read?.kind === 'layout') return 'scanLayout'
  // A link that was cut is to be copied again.
  if (read?.kind === 'other' && !/^\s*http/i.test(typed)) return 'scanOther'
  const fault = readCodeFault(typed)
  return fault === null ? 'codeWrong' : faultWords[fault]
}

/** For who comes without a link: says where it is, and takes it pasted. */
export const CodeForm = ({ onCode }: { readonly onCode: (code: string) => void }) => {
  const t = useMessages(personMessages)
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState(false)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const read = readScannedLink(typed)
    setWrong(read?.kind !== 'code')
    if (read?.kind === 'code') onCode(read.code)
  }
  return (
    <form className="panel stack" onSubmit={submit}>
      <h1>{t('codeTitle')}</h1>
      <p>{t('codeWords')}</p>
      <TextField
        label={t('codeLabel')}
        value={typed}
        onChange={setTyped}
        autoCapitalize="none"
        error={wrong ? t(wordsOf(typed)) : null}
      />
      <Button type="submit" variant="primary" size="large" wide>
        {t('codeGo')}
      </Button>
    </form>
  )
}
