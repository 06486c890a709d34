import { dayIn } from '@sidep/time'
import { type ChangeEvent, useMemo, useRef, useState } from 'react'
import { downloadFile } from '../../../shared/documents/index.ts'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button, Notice } from '../../../shared/ui/index.ts'
import type { Column } from '../../catch-up/columns.ts'
import { csvTemplate, type FileFault, readCsv, writeCsv } from '../../catch-up/csv.ts'
import type { DeskState, Tried } from '../../catch-up/desk.ts'
import type { Imported } from '../../catch-up/grid-state.ts'
import { useCatchUpDesk, useCounterState, useSiteZone } from '../../context.ts'
import { catchUpMessages } from './catch-up-messages.ts'
import { useCellWords } from './cell-words.ts'
import { DryRun } from './dry-run.tsx'
import { encodingNames } from './encoding-names.ts'

const csvType = 'text/csv;charset=utf-8'

interface FileContent {
  readonly lines: readonly Imported[]
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
  const { catalogue, recentDevices } = useCounterState()
  const [content, setContent] = useState<FileContent | null>(null)
  const [trouble, setTrouble] = useState<{
    readonly code: FileFault
    readonly missing: readonly Column[]
    readonly encoding: keyof typeof encodingNames | null
  } | null>(null)
  const { rows } = state.grid

  const read = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const input = event.currentTarget
    const chosen = input.files?.[0]
    if (chosen === undefined) return
    const bytes = new Uint8Array(await chosen.arrayBuffer())
    // The same file again, once corrected, is a new choice.
    input.value = ''
    const file = readCsv(bytes, timeZone)
    setTrouble(file.ok ? null : file)
    setContent(file.ok ? file : null)
  }
  // A list of tests that comes after the file may say more of its lines: which device was guessed, say.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the desk reads the catalogue by itself
  const tried = useMemo<readonly Tried[] | null>(
    () => (content === null ? null : desk.tryOut(content.lines)),
    [desk, content, catalogue, recentDevices],
  )

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
        lines={tried}
        ignored={content?.ignored ?? []}
        leftOut={content?.leftOut ?? []}
        encoding={content?.encoding ?? null}
        onClose={() => setContent(null)}
        onTake={(lines) => {
          desk.dispatch({ type: 'import', lines })
          setContent(null)
        }}
      />
    </section>
  )
}
