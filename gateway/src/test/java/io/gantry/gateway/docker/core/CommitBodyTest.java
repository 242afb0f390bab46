package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import org.junit.jupiter.api.Test;

/** The new image's configuration, as clients send it along with a commit. */
class CommitBodyTest {
    @Test
    void becomesInstructions() {
        assertThat(CommitBody.changes(read("{'Env':['A=$b \\\\ c','UNSET'],'Labels':{'team':'blue'},'User':'me','WorkingDir':'/srv','StopSignal':'SIGINT',"
                        + "'ExposedPorts':{'80/tcp':{},'53/udp':{}},'Volumes':{'/data':{}},'Cmd':['serve','-v'],'Entrypoint':['/e'],'Hostname':'h','Tty':true}")))
                .containsExactly(
                        "ENV \"A\"=\"\\$b \\\\ c\"", "LABEL \"team\"=\"blue\"", "USER \"me\"", "WORKDIR \"/srv\"", "STOPSIGNAL \"SIGINT\"", "EXPOSE 53/udp 80/tcp",
                        "VOLUME [\"/data\"]", "ENTRYPOINT [\"/e\"]", "CMD [\"serve\",\"-v\"]");
    }

    @Test
    void nothingChangesNothing() {
        assertThat(CommitBody.changes(read("{}"))).isEmpty();
        assertThat(CommitBody.changes(read("{'Cmd':null,'Env':[],'Labels':{},'User':''}"))).isEmpty();
    }

    @Test
    void whatCannotBeFollowedIsNamed() {
        assertThatThrownBy(() -> CommitBody.changes(read("{'NetworkDisabled':true}"))).isInstanceOf(DockerRefusal.class).hasMessageStartingWith("NetworkDisabled is not supported yet");
        assertThatThrownBy(() -> CommitBody.changes(read("{'Env':['A=b\\nc']}"))).hasMessageStartingWith("a line break in the configuration of a commit is not supported yet");
    }

    private static JsonNode read(String json) {
        return Json.read(json.replace('\'', '"'), JsonNode.class);
    }
}
