// The command line's entry: argv → command → exit code.
import { main } from './run.ts';

if (import.meta.main) process.exitCode = await main(process.argv);
