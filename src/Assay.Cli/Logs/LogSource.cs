using Assay.Cli.Registry;
using Assay.Cli.State;
using Assay.Provenance.Log.Notes;

namespace Assay.Cli.Logs;

/// <summary>Where a log is read, and what is known of it beforehand.</summary>
internal sealed record LogSource(RegistryClient Registry, StateFile State, IReadOnlyCollection<NoteKey> GivenKeys, TimeProvider Clock);
