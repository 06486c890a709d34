import { useEffect, useState } from 'react'
import { commonMessages, useMessages } from '../messages/index.ts'
import { Button, Notice } from '../ui/index.ts'
import { registerOffline, type Update } from './register.ts'

/** Put it once in each page: makes it work offline, and offers a new version when one waits. */
export const UpdateNotice = () => {
  const t = useMessages(commonMessages)
  const [update, setUpdate] = useState<Update | null>(null)
  useEffect(() => registerOffline(setUpdate), [])
  if (update === null) return null
  return (
    <Notice tone="info" live="status">
      <div className="spread">
        <p>{t('updateReady')}</p>
        <Button onPress={update.apply}>{t('updateNow')}</Button>
      </div>
    </Notice>
  )
}
