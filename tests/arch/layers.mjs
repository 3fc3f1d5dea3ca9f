// Which file may include what: a pure function over {path: text}, so that the test can also show it breaking.

// Layers from the top down: a file may include its own layer and those below it in the same list.
const LAYERS = [
  {
    house: 'core/',
    layers: [/^core\/store\//, /^core\/domain\//, /^core\/base\//],
  },
  {
    house: 'collector/',
    layers: [
      /^collector\/main\./,
      /^collector\/(cmd_|serve\.)/,
      /^collector\/import_/,
      /^collector\/http[._]/,
      /^collector\/routes\./,
      /^collector\/pages?[_.](?!cache\.)/,
      /^collector\//, // view, poster, intake, page cache: what pages are made with
      /^core\//,
    ],
  },
  {
    house: 'analysis/',
    layers: [
      /^analysis\/main\./,
      /^analysis\/(cmd[_.]|publish[_.])/,
      /^analysis\/(progression|compare|report_)/,
      /^analysis\/(row|series|cohort|trend|change|goal|wider)\./,
      /^analysis\/history\./,
      /^analysis\/(measure|family|classes|forebears)\./,
      /^analysis\/(results|lattice|lineage)[._]/,
      /^analysis\/dataset/,
      /^analysis\/(tally|disclose)/,
      /^analysis\//, // statistics
      /^audit\/audit_cmd\.h$/, // the attacker hangs on main alone: see FORBIDDEN
      /^core\//,
    ],
  },
  {
    house: 'audit/', // the attacker: nothing of what it attacks
    layers: [
      /^audit\/audit_cmd\./,
      /^audit\/audit_run\./,
      /^audit\/audit_report\./,
      /^audit\/audit_(attack|late|settle)[._]/,
      /^audit\/audit_(sets|linear|lp|finding)[._]/,
      /^audit\/audit_system\./,
      /^audit\/audit_(alike|scale|counts|rest|change|merger)\./,
      /^audit\/audit_(world|people)[._]/,
      /^audit\/audit_(csv|json)\./,
      /^audit\//, // the table, notes
      /^core\/base\//,
    ],
  },
];

// Ways that the layers alone would allow.
const FORBIDDEN = [
  {
    from: /^analysis\/report_/,
    to: /^(analysis\/(dataset|tally|stat|progression|compare)|core\/store\/)/,
    why: 'a writer sees only what was released',
  },
  { from: /^analysis\/(tally|disclose|lattice|lineage|measure|history)/, to: /^core\/store\/(?!store\.h)|^core\/base\/(file|log)\./, why: 'it takes values and returns values' },
  { from: /^analysis\/disclose/, to: /^(analysis\/(?!disclose)|core\/(?!base\/))/, why: 'control knows groups and numbers only' },
  { from: /^analysis\/(?!main\.)/, to: /^audit\//, why: 'only main knows the attacker' },
  { from: /^analysis\/stat_/, to: /^(analysis\/(?!stat_)|core\/(?!base\/))/, why: 'statistics are functions of counts' },
  { from: /^collector\/(poster|paper|print_text|slips|guide|svg|qr|drawing|view|form_body)/, to: /^core\/store\//, why: 'it takes values and returns values' },
];

// A vendor's header has one home.
const HOMES = [
  { header: /^microhttpd\.h$/, home: /^collector\/http(_reply)?\.c$/ },
  { header: /^sqlite3\.h$/, home: /^core\/store\/sqlite\// },
  { header: /^libpq-fe\.h$/, home: /^core\/store\/pg\// },
  { header: /^libfyaml\.h$/, home: /^core\/base\/yaml\.c$/ },
  { header: /^gsl\//, home: /^analysis\/(stat_|main\.c)/ },
  { header: /^glpk\.h$/, home: /^(audit\/audit_lp|analysis\/disclose_lp)\.c$/ },
  { header: /^xlsxwriter\.h$/, home: /^analysis\/report_xlsx\./ },
  { header: /^readstat\.h$/, home: /^analysis\/report_sav\./ },
  { header: /^qrencode\.h$/, home: /^collector\/qr\./ },
  { header: /^(cairo|pango|librsvg|glib|ft2|fontconfig)/, home: /^collector\/drawing/ },
  { header: /^sodium\.h$/, home: /^core\/base\/secret\./ },
  { header: /^jansson\.h$/, home: /^core\/base\/tmpl|^collector\/(view|print_text)|^analysis\/report_json\.|^audit\/audit_json\./ },
  { header: /^csv\.h$/, home: /^collector\/import_csv\.|^audit\/audit_csv\./ },
  { header: /^(zlib\.h|brotli\/)/, home: /^collector\/page_cache\./ },
];

const SYSTEM = new RegExp(
  '^(assert|ctype|dirent|errno|fcntl|float|getopt|inttypes|libgen|limits|math|netdb|poll|pthread|sched|signal|stdarg|' +
    'stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|strings|time|unistd|[a-z]+intrin|sys/[a-z]+|netinet/[a-z]+|' +
    'arpa/inet|cpuid)\\.h$',
);

function includesOf(text) {
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]/gm)].map((m) => ({
    system: m[1] === '<',
    name: m[2],
    line: text.slice(0, m.index).split('\n').length,
  }));
}

function faultOfProject(path, name) {
  if (!name.includes('/')) return name.startsWith('gen_') ? null : 'write the path from the root of the tree';
  for (const rule of FORBIDDEN) if (rule.from.test(path) && rule.to.test(name)) return rule.why;
  for (const { house, layers } of LAYERS) {
    if (!path.startsWith(house)) continue;
    const layerOf = (p) => layers.findIndex((re) => re.test(p));
    if (layerOf(name) < 0) return `${house} may not include it`;
    if (layerOf(name) < layerOf(path)) return 'that layer lies above';
  }
  return null;
}

function faultOfVendor(path, name) {
  const rule = HOMES.find((r) => r.header.test(name));
  if (rule) return rule.home.test(path) ? null : `the header's home is ${rule.home}`;
  return SYSTEM.test(name) ? null : 'a library without a home: give it one in tests/arch/layers.mjs';
}

export function violations(files) {
  return Object.entries(files).flatMap(([path, text]) =>
    includesOf(text).flatMap(({ system, name, line }) => {
      const why = system ? faultOfVendor(path, name) : faultOfProject(path, name);
      return why ? [`${path}:${line}: includes ${name}: ${why}`] : [];
    }),
  );
}
