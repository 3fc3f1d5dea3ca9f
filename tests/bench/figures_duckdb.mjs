// DuckDB's side of figures.mjs: node figures_duckdb.mjs FILE.csv. Prints one line of JSON: the seconds of each form in
// which it can be asked for all figures, from its own table in memory, on all processors.
import { DuckDBInstance } from '@duckdb/node-api';

const questions = Array.from({ length: 20 }, (_, q) => `q${q}`);
const codes = { c1: 1, c2: 2, c3: 3, c4: 4, dont_know: 9, unanswered: 0 };
const TRIES = 7;

const db = await (await DuckDBInstance.create(':memory:')).connect();
const rows = async (sql) => (await db.runAndReadAll(sql)).getRowObjects();

// n, mean and sd follow from the counts of the categories, as ours do.
const figures = (c) => `${c(1)} + ${c(2)} + ${c(3)} + ${c(4)}`;
const fromCounts = (name) => {
  const n = `(${figures((k) => name(`c${k}`))})`;
  const sum = `(${[1, 2, 3, 4].map((k) => `${k} * ${name(`c${k}`)}`).join(' + ')})`;
  const square = `(${[1, 2, 3, 4].map((k) => `${k * k} * ${name(`c${k}`)}`).join(' + ')})`;
  return { n, mean: `${sum} / ${n}`, sd: `sqrt((${square} - ${sum} * ${sum} / ${n}::double) / (${n} - 1))` };
};
const long = (counts) => {
  const f = fromCounts((c) => c);
  return `SELECT unit, question, ${f.n} n, ${f.mean} mean, ${f.sd} sd, * EXCLUDE (unit, question) FROM (${counts})`;
};
const pivoted = (counted) =>
  long(`SELECT unit, question, ${Object.entries(codes)
    .map(([name, code]) => `sum(CASE WHEN answer = ${code} THEN persons ELSE 0 END)::int ${name}`)
    .join(', ')} FROM (${counted}) GROUP BY unit, question`);

// Each form gives the same; it takes turns which one is fastest.
const forms = {
  'a column a question, a sum for each category': {
    wide: true,
    sql: `SELECT unit, ${questions
      .map((q) => {
        const f = fromCounts((c) => `${q}_${c}`);
        return `${f.n} ${q}_n, ${f.mean} ${q}_mean, ${f.sd} ${q}_sd, ${Object.keys(codes)
          .map((c) => `${q}_${c}`)
          .join(', ')}`;
      })
      .join(', ')} FROM (SELECT unit, ${questions
      .flatMap((q) => Object.entries(codes).map(([c, code]) => `sum((${q} = ${code})::utinyint)::int ${q}_${c}`))
      .join(', ')} FROM wide GROUP BY unit)`,
  },
  'a column a question, a grouping for each': {
    sql: pivoted(
      questions
        .map((q, i) => `SELECT unit, ${i} question, ${q} answer, count(*) persons FROM wide GROUP BY unit, ${q}`)
        .join(' UNION ALL '),
    ),
  },
  'a row an answer': {
    sql: pivoted('SELECT unit, question, answer, count(*) persons FROM long GROUP BY unit, question, answer'),
  },
};

async function check(form) {
  const sums = (n, mean, sd, c) => ({
    n: `sum(${n})`, mean: `sum(${mean})`, sd: `sum(${sd})`,
    category: `sum(${[1, 2, 3, 4].map((k) => `${k} * ${c(`c${k}`)}`).join(' + ')})`,
    dont_know: `sum(${c('dont_know')})`, unanswered: `sum(${c('unanswered')})`,
  });
  const parts = form.wide ? questions.map((q) => sums(`${q}_n`, `${q}_mean`, `${q}_sd`, (c) => `${q}_${c}`)) : [sums('n', 'mean', 'sd', (c) => c)];
  const total = Object.keys(parts[0]).map((k) => `(${parts.map((p) => p[k]).join(' + ')})::double "${k}"`);
  return (await rows(`SELECT ${total.join(', ')} FROM result`))[0];
}

const began = performance.now();
await db.run(`CREATE TABLE wide AS FROM read_csv('${process.argv[2]}', header = true, types = {'unit': 'UINTEGER', ${questions
  .map((q) => `'${q}': 'UTINYINT'`)
  .join(', ')}})`);
await db.run(`CREATE TABLE long AS ${questions.map((q, i) => `SELECT unit, ${i}::utinyint question, ${q} answer FROM wide`).join(' UNION ALL ')}`);
const loaded = (performance.now() - began) / 1e3;
const out = { version: (await rows('SELECT version() v'))[0].v, threads: Number((await rows("SELECT current_setting('threads') t"))[0].t), loaded, forms: {} };
for (const [name, form] of Object.entries(forms)) {
  let best = Infinity;
  for (let i = 0; i < TRIES; i++) {
    const start = performance.now();
    await db.run(`CREATE OR REPLACE TEMP TABLE result AS ${form.sql}`);
    best = Math.min(best, (performance.now() - start) / 1e3);
  }
  out.forms[name] = { seconds: best, check: await check(form) };
}
console.log(JSON.stringify(out));
