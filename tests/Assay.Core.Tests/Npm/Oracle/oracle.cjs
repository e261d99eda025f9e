// Answers for our rules what npm's own modules answer. Reads {"kind", "cases"} from stdin and writes an array of answers.
const { execSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const path = require('node:path')

const root = execSync('npm root -g', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
const load = (name) => require(path.join(root, 'npm', 'node_modules', name))

const semver = load('semver')
const validateName = load('validate-npm-package-name')
const PackageJson = load('@npmcli/package-json')

const steps = [
  'bundledDependencies', 'bundleDependencies', 'bundleDependenciesDeleteFalse', 'scriptpath', 'normalizeData', 'binDir',
]

const normalize = async (content) => {
  const read = await new PackageJson().fromContent(content).normalize({ steps })
  return read.content
}

const sign = (order) => (order > 0 ? 1 : order < 0 ? -1 : 0)

const kinds = {
  name: (name) => {
    const verdict = validateName(name)
    return [verdict.validForOldPackages, verdict.validForNewPackages]
  },
  version: (version) => semver.valid(version),
  clean: (version) => semver.clean(version),
  compare: ([left, right]) => sign(semver.compare(left, right)),
  range: (range) => semver.validRange(range) !== null,
  satisfies: ([version, range]) => semver.satisfies(version, range),
  maxSatisfying: ([versions, range]) => semver.maxSatisfying(versions, range),
  manifest: normalize,
}

const main = async () => {
  const { kind, cases } = JSON.parse(readFileSync(0, 'utf8'))
  const answers = []
  for (const one of cases) {
    answers.push(await kinds[kind](one))
  }
  process.stdout.write(JSON.stringify(answers))
}

main()
