namespace Assay.Npm;

/// <summary>Carries a refusal out of the depths of the walk; it never leaves <see cref="TarballReader"/>.</summary>
internal sealed class TarballRefusedException(string code, string text) : Exception(text)
{
    public TarballProblem Problem { get; } = new(code, text);
}
