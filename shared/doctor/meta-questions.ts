import * as z from 'zod';
import type { AccessToken } from '../credentials/access-token.ts';
import type { Graph, GraphError } from '../graph/graph.port.ts';

/** What became of a question to Meta. `unanswered`: nobody knows; asking again may help. */
export type Asked<Value> =
  | { kind: 'answered'; value: Value }
  | { kind: 'refused'; error: GraphError }
  | { kind: 'unanswered' };

/** A question: a GET of the Graph API. */
export interface Question {
  path: string;
  query?: Readonly<Record<string, string>>;
  token: AccessToken;
}

/** Asks Meta, and remembers what was left without an answer. */
export interface MetaQuestions {
  ask<Schema extends z.ZodType>(
    question: Question,
    schema: Schema,
  ): Promise<Asked<z.output<Schema>>>;
  /** Asks for all pages of a list. Elements that the schema refuses are left out. */
  askAll<Schema extends z.ZodType>(
    question: Question,
    element: Schema,
  ): Promise<Asked<z.output<Schema>[]>>;
  /** How many calls were made, and why some got no answer. */
  tally(): { calls: number; problems: readonly string[] };
}

const pageSchema = z.object({
  data: z.array(z.unknown()),
  paging: z
    .object({
      next: z.string().optional(),
      cursors: z.object({ after: z.string().optional() }).optional(),
    })
    .optional(),
});

const pageSize = 100;

/** A list is read so far: its caller waits. */
const maxPages = 10;

/** Questions to Meta over the Graph API. */
export function metaQuestions(graph: Graph): MetaQuestions {
  let calls = 0;
  const problems: string[] = [];

  const ask: MetaQuestions['ask'] = async (question, schema) => {
    calls++;
    const answer = await graph.call({ method: 'GET', ...question });
    switch (answer.kind) {
      case 'ok': {
        const { data, success } = schema.safeParse(answer.body);
        if (success) {
          return { kind: 'answered', value: data };
        }
        problems.push('an answer that is not what Meta documents');
        return { kind: 'unanswered' };
      }
      case 'refused': {
        const { error } = answer;
        if (error.class !== 'retry' && error.class !== 'throttle') {
          return { kind: 'refused', error };
        }
        problems.push(`${error.code}, ${error.reason}`);
        return { kind: 'unanswered' };
      }
      default:
        problems.push(answer.problem);
        return { kind: 'unanswered' };
    }
  };

  return {
    ask,
    async askAll({ path, query, token }, element) {
      const found: z.output<typeof element>[] = [];
      let after: string | undefined;
      for (let pages = 0; pages < maxPages; pages++) {
        const cursor = after === undefined ? {} : { after };
        const page = await ask(
          { path, query: { ...query, limit: String(pageSize), ...cursor }, token },
          pageSchema,
        );
        if (page.kind !== 'answered') {
          return page;
        }
        found.push(...page.value.data.flatMap((row) => element.safeParse(row).data ?? []));
        const { next, cursors } = page.value.paging ?? {};
        // By cursor and not by the URL, which carries the token.
        after = next === undefined ? undefined : cursors?.after;
        if (after === undefined) {
          break;
        }
      }
      return { kind: 'answered', value: found };
    },
    tally: () => ({ calls, problems }),
  };
}
