import { dayIn } from '@sidep/time'
import { type ChangeEvent, useRef, useState } from 'react'
import { downloadFile } from '../../../shared/documents/index.ts'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button, Notice } from '../../../shared/ui/index.ts'
import type { Column } from '../../catch-up/columns.ts'
import { csvTemplate, type FileFault, readCsv, writeCsv } from '../../catch-up/csv.ts'
import type { DeskState, Tried } from '../../catch-up/desk.ts'
import { useCatchUpDesk, useSiteZone } from '../../context.ts'
import { catchUpMessages } from './catch-up-messages.ts'
import { useCellWords } from './cell-words.ts'
import { DryRun } from './dry-run.tsx'
import { encodingNames } from './encoding-names.ts'

const csvType = 'text/csv;charset=utf-8'

interface Trial {
  readonly lines: readonly Tried[]
  readonly ignored: readonly string[]
  readonly leftOut: readonly string[]
  readonly encoding: keyof typeof encodingNames | null
}

/** Files of papers: a template, a dry run before anything is taken in, and the lines here as a file. */
export const Files = ({ state }: { readonly state: DeskState }) => {
  const t = useMessages(catchUpMessages)
  const words = useCellWords()
  const desk = useCatchUpDesk()
  const timeZone = useSiteZone()
  const chooser = useRef<HTMLInputElement>(null)
  const [trial, setTrial] = useState<Trial | null>(null)
  const [trouble, setTrouble] = useState<{
    readonly code: FileFault
    readonly missing: readonly Column[]
    readonly encoding: keyof typeof encodingNames | null
  } | null>(null)
  const { rows } = state.grid

  const read = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const input = event.currentTarget
    const file = input.files?.[0]
    if (file === undefined) return
    const bytes = new Uint8Array(await file.arrayBuffer())
    // The same file again, once corrected, is a new choice.
    input.value = ''
    const content = readCsv(bytes, timeZone)
    setTrouble(content.ok ? null : content)
    setTrial(
      content.ok
        ? {
            lines: desk.tryOut(content.lines),
            ignored: content.ignored,
            leftOut: content.leftOut,
            encoding: content.encoding,
          }
        : null,
    )
  }

  return (
    <section className="panel" aria-labelledby="files-title">
      <h2 id="files-title">{t('filesTitle')}</h2>
      <input
        ref={chooser}
        type="file"
        accept=".csv,.txt,text/csv,text/plain"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t('import')}
        onChange={(event) => void read(event)}
      />
      <div className="actions">
        <Button onPress={() => chooser.current?.click()}>{t('import')}</Button>
        <Button
          icon="download"
          onPress={() => downloadFile(csvTemplate(), 'rattrapage-modele.csv', csvType)}
        >
          {t('template')}
        </Button>
        {rows.length > 0 && (
          <Button
            icon="download"
            onPress={() =>
              downloadFile(writeCsv(rows), `rattrapage-${dayIn(new Date(), timeZone)}.csv`, csvType)
            }
          >
            {t('export')}
          </Button>
        )}
      </div>
      {rows.length > 0 && <p className="small muted">{t('exportHelp')}</p>}
      {trouble !== null && (
        <Notice tone="bad" live="alert" title={t('fileTrouble')}>
          <p>
            {trouble.code === 'FILE_COLUMNS'
              ? t('file_FILE_COLUMNS', { columns: trouble.missing.map(words.column).join(', ') })
              : trouble.code === 'FILE_ENCODING'
                ? t('file_FILE_ENCODING', { encoding: encodingNames[trouble.encoding ?? 'utf-8'] })
                : t(`file_${trouble.code}`)}
          </p>
        </Notice>
      )}
      <DryRun
        lines={trial?.lines ?? null}
        ignored={trial?.ignored ?? []}
        leftOut={trial?.leftOut ?? []}
        encoding={trial?.encoding ?? null}
        onClose={() => setTrial(null)}
        onTake={(lines) => {
          desk.dispatch({ type: 'import', lines })
          setTrial(null)
        }}
      />
    </section>
  )
}
