namespace Assay.CiSimulator;

internal sealed record CommandLine(CiSimulatorOptions Options, string? ReadyFile)
{
    public const string Usage = """
        A CI system's identity issuer for demos, tests and benchmarks: it behaves like GitHub Actions, GitLab and CircleCI.

        Assay.CiSimulator [--urls URL] [--scenario FILE] [--ready-file FILE] [--gitlab-config-host HOST]

          --urls                http://127.0.0.1:PORT; without it, or with port 0, a free port
          --scenario            claims every job starts from: {"github": {...}, "gitlab": {...}, "circleci": {...}}
          --ready-file          written once it listens: the issuers' URLs as JSON
          --gitlab-config-host  what GitLab's ci_config_ref_uri begins with; usually 127.0.0.1:PORT/gitlab

        POST /github/runs, /gitlab/jobs and /circleci/jobs start a job and answer its environment variables.
        /any/NAME is an issuer for every NAME: POST /any/NAME/token {"claims": {...}, "aud": "..."} answers {"token": "..."},
        POST /any/NAME/jobs the environment variables of a job of that CI system (bitbucket, forgejo, codefresh...).
        """;

    public static CommandLine Parse(string[] arguments)
    {
        var line = new CommandLine(new CiSimulatorOptions(), ReadyFile: null);

        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw new FormatException($"{arguments[i]} needs a value.");
            line = line.With(arguments[i], value);
        }

        return line;
    }

    private CommandLine With(string option, string value) => option switch
    {
        "--urls" => this with { Options = Options with { Url = new Uri(value) } },
        "--scenario" => this with { Options = Options with { Scenario = Scenario.Parse(File.ReadAllText(value)) } },
        "--gitlab-config-host" => this with { Options = Options with { GitlabConfigHost = value } },
        "--ready-file" => this with { ReadyFile = value },
        _ => throw new FormatException($"{option} is not an option."),
    };
}
