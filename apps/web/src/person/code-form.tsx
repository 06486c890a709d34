import { type FormEvent, useState } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Button, TextField } from '../shared/ui/index.ts'
import { parseLinkCode, readCodeFault } from './link-code.ts'
import { personMessages } from './person-messages.ts'

const faultWords = { NUMBER_WITHOUT_SITE: 'codeNoSite', CODE_MISTYPED: 'codeMistyped' } as const

/** For who comes without a link: says where it is, and takes it pasted. */
export const CodeForm = ({ onCode }: { readonly onCode: (code: string) => void }) => {
  const t = useMessages(personMessages)
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState(false)
  const fault = readCodeFault(typed)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const code = parseLinkCode(typed)
    setWrong(code === null)
    if (code !== null) onCode(code)
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
        error={wrong ? t(fault === null ? 'codeWrong' : faultWords[fault]) : null}
      />
      <Button type="submit" variant="primary" size="large" wide>
        {t('codeGo')}
      </Button>
    </form>
  )
}
