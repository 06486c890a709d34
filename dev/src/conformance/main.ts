/** The adapter on our SDK as the kit starts one: `npx sidep conformance --client dev/src/conformance/main.ts`. */
import { sdkAdapter } from './sdk-adapter.ts'
import { serveAdapter } from './serve-adapter.ts'

await serveAdapter((surroundings) => sdkAdapter(surroundings))
