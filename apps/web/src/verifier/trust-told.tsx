import { useEffect } from 'react'
import { useMessages } from '../shared/messages/index.ts'
import { Notice } from '../shared/ui/index.ts'
import type { TrustScan } from './trust-codes.ts'
import { trustMessages } from './trust-messages.ts'

/** What was done stays a while; what is still to be scanned stays until it is. */
const toldMilliseconds = 8_000

type Told = Exclude<TrustScan, { readonly kind: 'none' }>

/** What a code that was none of a person's said of the data itself, and what is still missing. */
export const TrustTold = ({
  told,
  onDone,
}: {
  readonly told: Told
  readonly onDone: () => void
}) => {
  const t = useMessages(trustMessages)
  useEffect(() => {
    if (told.kind === 'more') return
    const timer = setTimeout(onDone, toldMilliseconds)
    return () => clearTimeout(timer)
  }, [told, onDone])
  switch (told.kind) {
    case 'notice':
      return (
        <Notice tone="good" live="status">
          <p>{t('noticeTaken')}</p>
        </Notice>
      )
    case 'extended':
      return (
        <Notice tone="good" live="status">
          <p>{t('extended')}</p>
        </Notice>
      )
    case 'more': {
      const { gathered, missing } = told
      const read = gathered.count - missing.length
      return (
        <Notice tone="info" live="status">
          <p>{t('extensionMore', { read, count: gathered.count, missing: missing.join(', ') })}</p>
        </Notice>
      )
    }
    case 'incomplete':
      return (
        <Notice tone="warn" live="status">
          <p>{t('extensionIncomplete')}</p>
        </Notice>
      )
    case 'refused':
      return (
        <Notice tone="warn" live="status" supportCode={told.problem}>
          <p>{t('trustCodeRefused')}</p>
        </Notice>
      )
  }
}
