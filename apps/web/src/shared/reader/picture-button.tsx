import { useRef, useState } from 'react'
import { useMessages } from '../messages/index.ts'
import { Button, Notice, Working } from '../ui/index.ts'
import { type FileFailure, preparePdf, readCodeOfFile } from './file-codes.ts'
import { readerMessages } from './reader-messages.ts'
import type { CodeKind, Texts } from './reading-options.ts'

export interface PictureButtonProps {
  readonly accepts: readonly CodeKind[]
  /** A PDF may be chosen, too. */
  readonly withPdf?: boolean
  /** Called with the texts of all codes in the file. */
  readonly onRead: (texts: Texts) => void
}

/** Reads the code on a photo, a screenshot or a PDF; the file does not leave the device. */
export const PictureButton = ({ accepts, withPdf = false, onRead }: PictureButtonProps) => {
  const t = useMessages(readerMessages)
  const input = useRef<HTMLInputElement>(null)
  const [reading, setReading] = useState(false)
  const [failure, setFailure] = useState<FileFailure | null>(null)

  const read = async (file: File): Promise<void> => {
    setReading(true)
    setFailure(null)
    const result = await readCodeOfFile(file, accepts, withPdf)
    setReading(false)
    if (result.ok) onRead(result.texts)
    else setFailure(result.code)
  }

  const words = t(withPdf ? 'chooseDocument' : 'chooseFile')
  const choose = (): void => {
    if (withPdf) preparePdf()
    input.current?.click()
  }

  return (
    <div className="stack-tight">
      <Button icon="camera" onPress={choose} isDisabled={reading}>
        {words}
      </Button>
      <input
        ref={input}
        type="file"
        accept={withPdf ? 'image/*,application/pdf' : 'image/*'}
        hidden
        aria-label={words}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          // The same file may be chosen again after a failure.
          event.currentTarget.value = ''
          if (file !== undefined) void read(file)
        }}
      />
      {reading && <Working>{t('fileReading')}</Working>}
      {failure !== null && (
        <Notice tone="warn" live="status">
          <p>{t(failure)}</p>
        </Notice>
      )}
    </div>
  )
}
