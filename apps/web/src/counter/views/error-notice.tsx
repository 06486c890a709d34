import type { ReactNode } from 'react'
import { type ApiError, errorWords } from '../../shared/api/index.ts'
import { useLanguage } from '../../shared/messages/index.ts'
import { Notice } from '../../shared/ui/index.ts'

/** An error of one act, with its support code. */
export const ErrorNotice = ({
  error,
  title,
  children,
}: {
  readonly error: ApiError
  readonly title?: string
  /** What to do about it. */
  readonly children?: ReactNode
}) => {
  const { language } = useLanguage()
  const { sentence, supportCode } = errorWords(error, language)
  return (
    <Notice tone="bad" live="alert" supportCode={supportCode} {...(title ? { title } : {})}>
      <p>{sentence}</p>
      {children}
    </Notice>
  )
}
