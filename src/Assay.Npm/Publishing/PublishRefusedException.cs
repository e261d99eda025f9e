namespace Assay.Npm;

/// <summary>Carries a refusal out of the depths of the reading; it never leaves this folder.</summary>
internal sealed class PublishRefusedException(string code, string text) : Exception(text)
{
    public PublishProblem Problem { get; } = new(code, text);
}
