import type { Command } from 'commander'
import { DemoFailure } from '../demo/portal-client.ts'
import { describeReport } from '../demo/report.ts'
import { runDemo } from '../demo/run-demo.ts'
import { CommandFailure } from '../failure.ts'
import { listenForStop } from '../stop-signal.ts'

interface DemoOptions {
  readonly json?: boolean
}

export const define = (command: Command): void => {
  command.option('--json', 'print one JSON object and nothing else').action(demo)
}

const demo = async ({ json = false }: DemoOptions): Promise<void> => {
  const say = (line: string): void => {
    if (!json) console.error(line)
  }
  try {
    const report = await runDemo({ stopping: listenForStop(), say })
    process.stdout.write(`${json ? JSON.stringify(report) : describeReport(report)}\n`)
  } catch (error) {
    if (error instanceof DemoFailure) throw new CommandFailure(error.message, 1)
    throw error
  }
}
