import { useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Dialog } from '../../shared/ui/index.ts'
import { messages } from '../messages.ts'
import type { FormProps } from './draft-text.tsx'
import { OnDemand, type Part } from './on-demand.tsx'

// The camera and its reader are large; they come when somebody asks for them.
const scannerPart: Part<{ readonly onRead: (text: string) => void }> = {
  load: async () => (await import('./ins-scanner.tsx')).InsScanner,
}

/** The identity by the camera, for a counter without a scanner. */
export const ScanButton = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const [isScanning, setIsScanning] = useState(false)
  return (
    <>
      <Button
        icon="camera"
        aria-label={t('scanCamera')}
        isDisabled={form.isSending}
        onPress={() => setIsScanning(true)}
      >
        INS
      </Button>
      <Dialog title={t('scanTitle')} isOpen={isScanning} onClose={() => setIsScanning(false)}>
        <OnDemand
          part={scannerPart}
          isPlace={false}
          props={{
            onRead: (text) => {
              setIsScanning(false)
              form.takeScan(text)
            },
          }}
        />
      </Dialog>
    </>
  )
}
