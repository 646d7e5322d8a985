import { readFile } from 'node:fs/promises';
import { shippedPolicies } from '../../adapters/shipped/index.ts';
import { AppError, type BaseAssessment, type Policy, type ReadExceptions } from '../../domain/index.ts';
import { policyGiven } from '../../engine/policy.ts';
import { loadExceptions } from '../../policy/exceptions/index.ts';
import { familyNames } from '../../policy/index.ts';

/** The text of a file as it stands, its byte order mark too; one that is not UTF-8 would not be given back as it was. */
export async function textOfFile(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new AppError('file-unread', `${file} could not be read: is it there, and may you read it?`, {
      cause,
    });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('file-unread', `${file} is not text in UTF-8: save it as UTF-8`, { cause });
  }
}

/** Reads a text as an exceptions file; entries without an end are the policy's to refuse. */
export function readExceptions(from: string, text: string): ReadExceptions {
  const shipped = shippedPolicies();
  return loadExceptions(
    { from, text },
    {
      ruleIds: policyGiven(shipped).ruleIds,
      families: new Set(familyNames({ basesText: shipped.bases })),
      permanent: true,
    },
  );
}

/** The base that a list names: as it stands there, else as one of the images that the Kubernetes project builds on. */
export function listedBase(name: string, policy: Policy): BaseAssessment {
  const written = policy.assess(name);
  if (written.family !== null || name.includes('/')) return written;
  const own = policy.assess(`registry.k8s.io/build-image/${name}`);
  return own.family === null ? written : own;
}
