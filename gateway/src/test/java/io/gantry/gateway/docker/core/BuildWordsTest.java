package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The lines that clients parse, by the letter. */
class BuildWordsTest {
    private static final String ID = "0123456789ab" + "c".repeat(52);

    @Test
    void aBuildIsToldAsTheClassicBuilderTellsIt() {
        assertThat(told(
                        new BuildWords(false),
                        "{'step':1,'total':3,'instruction':'FROM shop/base:1'}",
                        "{'step':2,'total':3,'instruction':'COPY a /a'}",
                        "{'cached':true}",
                        "{'step':3,'total':3,'instruction':'RUN make'}",
                        "{'running':'" + "ab".repeat(32) + "'}",
                        "{'stream':'made\\n'}",
                        "{'image':'sha256:" + ID + "','manifest':'sha256:" + ID + "','tags':['shop/web:1','shop/web:latest']}"))
                .isEqualTo("""
                        {"stream":"Step 1/3 : FROM shop/base:1\\n"}
                        {"stream":"Step 2/3 : COPY a /a\\n"}
                        {"stream":" ---> Using cache\\n"}
                        {"stream":"Step 3/3 : RUN make\\n"}
                        {"stream":" ---> Running in abababababab\\n"}
                        {"stream":"made\\n"}
                        {"aux":{"ID":"sha256:%s"}}
                        {"stream":"Successfully built 0123456789ab\\n"}
                        {"stream":"Successfully tagged shop/web:1\\n"}
                        {"stream":"Successfully tagged shop/web:latest\\n"}
                        """.formatted(ID));
    }

    @Test
    void whicheverStepHasTheWordIsNamed() {
        assertThat(told(
                        new BuildWords(false),
                        "{'step':1,'total':2,'instruction':'RUN one','stage':'0','line':2}",
                        "{'step':2,'total':2,'instruction':'RUN two','stage':'1','line':4}",
                        "{'stream':'of two','of':2}",
                        "{'stream':'of one\\n','of':1}",
                        "{'done':true,'millis':5,'of':1}",
                        "{'image':'sha256:" + ID + "','tags':[]}"))
                .startsWith("""
                        {"stream":"Step 1/2 : RUN one\\n"}
                        {"stream":"Step 2/2 : RUN two\\n"}
                        {"stream":"of two"}
                        {"stream":"\\nStep 1/2 : RUN one\\n"}
                        {"stream":"of one\\n"}
                        {"aux":{""");
    }

    @Test
    void aCommandThatFailsGivesItsExitCodeOn() {
        assertThat(told(
                        new BuildWords(false),
                        "{'step':1,'total':1,'instruction':'RUN exit 3'}",
                        "{'error':{'type':'https://gantry.io/problems/build-failed','title':'x','status':422,'detail':'RUN exit 3: ended with exit code 3'},"
                                + "'command':['/bin/sh','-c','exit 3'],'exitCode':3,'failure':{'file':'sub/Dockerfile','line':7,'instruction':'RUN exit 3','step':1,'exitCode':3,'output':[]}}"))
                .isEqualTo("""
                        {"stream":"Step 1/1 : RUN exit 3\\n"}
                        {"errorDetail":{"code":3,"message":"sub/Dockerfile:7: The command '/bin/sh -c exit 3' returned a non-zero code: 3"},"error":"sub/Dockerfile:7: The command '/bin/sh -c exit 3' returned a non-zero code: 3"}
                        """);
    }

    @Test
    void aQuietBuildTellsItsImageAloneOrAllIfThereIsNone() {
        assertThat(told(new BuildWords(true), "{'step':1,'total':1,'instruction':'FROM scratch'}", "{'image':'sha256:" + ID + "','tags':['a:1']}"))
                .isEqualTo("{\"stream\":\"sha256:" + ID + "\\n\"}\n");
        assertThat(told(
                        new BuildWords(true),
                        "{'step':1,'total':1,'instruction':'COPY a b'}",
                        "{'error':{'type':'x','title':'x','status':422,'detail':'nothing is called a','hint':'add it'}}"))
                .isEqualTo("""
                        {"stream":"Step 1/1 : COPY a b\\n"}
                        {"errorDetail":{"message":"nothing is called a (add it)"},"error":"nothing is called a (add it)"}
                        """);
    }

    @Test
    void anOutputThatEndsEarlyIsAnError() {
        assertThat(told(new BuildWords(false), "{'step':1,'total':2,'instruction':'FROM scratch'}"))
                .endsWith("\"error\":\"the build's output ended before the build did: image-service went away\"}\n");
    }

    @Test
    void whatIsWrongBeforeTheFirstStepHasAStatus() {
        JsonNode first = read("{'error':{'type':'https://gantry.io/problems/build-failed','title':'x','status':422,'detail':'line 2: no instruction','hint':'write one'}}");
        DockerRefusal refusal = new BuildWords(false).refusal(first).orElseThrow();
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal).hasMessage("line 2: no instruction (write one)");
        assertThat(new BuildWords(false).refusal(read("{'step':1,'total':1,'instruction':'FROM scratch'}"))).isEmpty();
    }

    static String told(ToldWords words, String... lines) {
        String told = Arrays.stream(lines).flatMap(line -> words.of(read(line)).stream()).map(json -> json + "\n").collect(Collectors.joining());
        return told + words.end().stream().map(json -> json + "\n").collect(Collectors.joining());
    }

    static JsonNode read(String line) {
        return Json.read(line.replace("\\'", "\u0001").replace('\'', '"').replace('\u0001', '\''), JsonNode.class);
    }
}
