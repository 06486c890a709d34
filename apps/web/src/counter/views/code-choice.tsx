import { useEffect, useState } from 'react'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Notice, TextField, Working } from '../../shared/ui/index.ts'
import { useCounter, useCounterState } from '../context.ts'
import { codeFault, codeLengthMax, codeLengthMin, normalCode } from '../lock/code.ts'
import type { Strength, strengthOf as StrengthOf } from '../lock/code-strength.ts'
import { protectMessages } from '../lock/protect-messages.ts'
import { ownerOf } from '../state.ts'

/** How strong a code is; null while the dictionaries are on their way, `failed` when they do not come. */
const useStrength = (): typeof StrengthOf | 'failed' | null => {
  const [loaded, setLoaded] = useState<{ strengthOf: typeof StrengthOf } | 'failed' | null>(null)
  useEffect(() => {
    let isCurrent = true
    import('../lock/code-strength.ts')
      .then(({ strengthOf }) => {
        if (isCurrent) setLoaded({ strengthOf })
      })
      .catch((error: unknown) => {
        console.error('CODE_STRENGTH_NOT_LOADED', error)
        if (isCurrent) setLoaded('failed')
      })
    return () => {
      isCurrent = false
    }
  }, [])
  return loaded === null || loaded === 'failed' ? loaded : loaded.strengthOf
}

const strengthKeys = {
  weak: 'strengthWeak',
  good: 'strengthGood',
  strong: 'strengthStrong',
} as const satisfies Record<Strength, string>

/** A code of one's own, or four words drawn here. */
export const CodeChoice = ({ onKept }: { readonly onKept: () => void }) => {
  const t = useMessages(protectMessages)
  const { language } = useLanguage()
  const counter = useCounter()
  const owner = ownerOf(useCounterState().session)
  const strengthOf = useStrength()
  const [code, setCode] = useState('')
  const [again, setAgain] = useState('')
  /** What was drawn is shown: it has to be copied down. */
  const [isShown, setIsShown] = useState(false)
  const [isTried, setIsTried] = useState(false)
  const [isKeeping, setIsKeeping] = useState(false)
  const isReady = strengthOf !== null && strengthOf !== 'failed'
  const fault = codeFault(code)
  const ownWords = owner === null ? [] : [owner.professionalName, owner.siteName]
  const strength = isReady && fault === null ? strengthOf(code, ownWords) : null
  const differs = normalCode(code) !== normalCode(again)

  const propose = async (): Promise<void> => {
    const { proposePhrase } = await import('../lock/phrase.ts')
    setCode(await proposePhrase(language, (count) => crypto.getRandomValues(new Uint8Array(count))))
    setAgain('')
    setIsShown(true)
    setIsTried(false)
  }

  const keep = async (): Promise<void> => {
    setIsTried(true)
    if (strength === null || strength === 'weak' || differs || isKeeping) return
    setIsKeeping(true)
    try {
      await counter.protect({ kind: 'code', code })
      onKept()
    } finally {
      setIsKeeping(false)
    }
  }

  const faultWords = (): string | null => {
    if (!isTried) return null
    if (fault === 'CODE_SHORT') return t('codeShort', { count: codeLengthMin })
    if (fault === 'CODE_LONG') return t('codeLong', { count: codeLengthMax })
    return strength === 'weak' ? t('codeEasy') : null
  }

  return (
    <form
      className="stack"
      autoComplete="off"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void keep()
      }}
    >
      {strengthOf === 'failed' && (
        <Notice tone="warn" live="alert">
          <p>{t('strengthFailed')}</p>
        </Notice>
      )}
      <TextField
        label={t('codeNew')}
        value={code}
        onChange={(typed) => {
          setCode(typed)
          setIsShown(false)
        }}
        type={isShown ? 'text' : 'password'}
        autoCapitalize="none"
        description={isShown ? t('phraseHelp') : t('codeHelp', { count: codeLengthMin })}
        error={faultWords()}
        autoFocus
      />
      <div className="spread small">
        <p role="status">{strength === null ? '' : t(strengthKeys[strength])}</p>
        <Button variant="quiet" onPress={() => void propose()}>
          {t('phrase')}
        </Button>
      </div>
      <TextField
        label={t('codeAgain')}
        value={again}
        onChange={setAgain}
        type="password"
        autoCapitalize="none"
        error={isTried && faultWords() === null && differs ? t('codeDiffers') : null}
      />
      <div className="actions">
        <Button
          type="submit"
          variant="primary"
          isPending={isKeeping}
          isDisabled={!isReady && isTried}
        >
          {t('codeKeep')}
        </Button>
      </div>
      {(isKeeping || (strengthOf === null && isTried)) && <Working />}
    </form>
  )
}
